"""A process that does not outlive whoever started it."""

STOPS_WITHIN = 10.0


def tethered(module: str) -> str:
    """Give the code for ``python -c`` that runs *module* until its standard input ends.

    The kernel closes that pipe however we die, SIGKILL included, so nothing is left behind; unlike
    PR_SET_PDEATHSIG this needs neither Linux nor a fork hook. What is too stuck to end by itself is
    killed after STOPS_WITHIN seconds.
    """
    return f"""
import os, runpy, signal, threading, time

def end_with_parent():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep({STOPS_WITHIN})
    os.kill(os.getpid(), signal.SIGKILL)

threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("{module}", run_name="__main__", alter_sys=True)
"""
