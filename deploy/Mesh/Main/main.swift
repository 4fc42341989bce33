import MeshCommand

await MeshRoot.start()
