"""On the phone: one question, one answer. New hours, with what they break and which weeks fit."""
