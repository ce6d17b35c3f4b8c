import ContentStore
import OCIImage

let documentTargets = [
  FuzzTarget("oci-index") { bytes in
    guard let index = accepted({ try Index(bytes) }) else { return }
    let reread = try again("an index's own spelling") { try Index(index.bytes) }
    try require(reread == index, "an index reads as another")
    try require(reread.bytes == index.bytes, "an index is no fixed point")
  },
  FuzzTarget("oci-manifest") { bytes in
    guard let manifest = accepted({ try Manifest(bytes) }) else { return }
    let reread = try again("a manifest's own spelling") { try Manifest(manifest.bytes) }
    try require(reread == manifest, "a manifest reads as another")
    try require(reread.bytes == manifest.bytes, "a manifest is no fixed point")
  },
  FuzzTarget("oci-config") { bytes in
    guard let config = accepted({ try ImageConfig(bytes) }) else { return }
    let reread = try again("a config's own spelling") { try ImageConfig(config.bytes) }
    try require(reread.bytes == config.bytes, "a config is no fixed point")
  },
  FuzzTarget("deploy-config") { bytes in
    guard let config = accepted({ try DeployConfig(bytes) }) else { return }
    let reread = try again("a config's own spelling") { try DeployConfig(config.bytes) }
    try require(reread.bytes == config.bytes, "a config is no fixed point")
  },
]
