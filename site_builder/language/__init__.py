"""Language: texts and their parts, Chinese characters, and which language a text is in."""
