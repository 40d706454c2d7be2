"""Find library items by symbol, nickname, topic or plain question, in seven languages."""
