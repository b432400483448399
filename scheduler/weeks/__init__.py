"""Lower bounds by column generation over participants' weeks.

Most rules concern one participant's week alone; only a few couple people. Relaxing those few by prices leaves one small problem per
participant, solved by evaluating all possible weeks at once. Any prices give a valid bound; good prices give a strong one.
"""
