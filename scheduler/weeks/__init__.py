"""The participant week as the unit: every week a participant could have, priced, and the bounds that follow from it.

Most rules concern one participant's week alone; only a few couple people. Relaxing those few by prices leaves one small problem per
participant, solved by looking at all weeks at once. Any prices give a valid bound; good prices give a strong one.
"""
