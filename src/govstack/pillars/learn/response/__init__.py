"""What is done about needs: programmes, materials, offerings, places, trainers, centres, paths (F7 to F13, F19)."""
