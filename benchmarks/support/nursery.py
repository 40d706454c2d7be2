"""Imported by the process that hubs are forked from: what each would make anew is there already."""

import gc

from benchmarks.support import hub_process

hub_process.prepared()
gc.freeze()  # no hub looks through it for garbage
