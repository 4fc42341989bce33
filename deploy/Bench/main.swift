await BenchRoot.start()
