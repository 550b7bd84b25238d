"""Reports: closing reasons, time to the first answer and to the end, load per operator and channel.

They are made by the desk's courier from what is committed, outside of any transaction, and drawn by a process of its
own: neither chat nor memory notices.
"""
