"""weihouqin (微后勤): a university logistics department's WeChat account."""
