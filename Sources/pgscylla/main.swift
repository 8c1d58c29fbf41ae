print("pgscylla")
