"""``ilan-hub``, and ``python -m bot``."""

import gc

gc.disable()  # of what is imported nothing is garbage, and looking for it takes a fifth longer

from bot.cli import main  # noqa: E402 -- which has garbage looked for again

if __name__ == "__main__":
    main()
