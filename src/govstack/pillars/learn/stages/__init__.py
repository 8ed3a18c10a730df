"""The five states of instructional design (ADDIE), and what each must bring forth."""
