"""The daily e-mail of counts to each clinician: when it is asked for, what it says, how it is sent once."""
