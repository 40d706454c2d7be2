"""Imported by the process that hubs are forked from: what each would make anew is there already."""

from benchmarks.support import hub_process

hub_process.prepared()
