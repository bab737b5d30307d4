"""Drivers in a process of their own, so that a vendor library can only take itself down.

`isolated` is the station's side: drivers that behave as any other, over a child process.
`child` is the child's side: one driver, served over framed messages on stdin and stdout.
"""
