while (<>) { print uc }
