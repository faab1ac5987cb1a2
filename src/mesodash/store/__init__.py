"""What mesodash keeps on disk between consultations."""
