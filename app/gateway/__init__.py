"""Where the wire meets the campus: callback, answers, outbound sends, menu."""
