"""What every part of the account is made of; knows no noun of a campus and no WeChat."""
