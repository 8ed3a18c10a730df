"""GovLearn: capacity building from needs assessment to proven skills."""
