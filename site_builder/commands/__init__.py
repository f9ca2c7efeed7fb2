"""One module a subcommand. With ``cli`` the only place that prints."""
