"""What a new network starts from: data files, read by bot.starter."""
