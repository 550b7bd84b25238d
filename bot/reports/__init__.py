"""Reports: closing reasons, time to the first reply and to closing, load per operator and channel.

The desk's courier makes them from committed data, outside any transaction, and a separate process draws the chart:
neither the chat nor the hub's memory is affected.
"""
