import Archive
import OCIImage

@testable import OCIRegistry
@testable import Transfers

let registryTargets = [
  FuzzTarget("challenge") { bytes in
    let found = AuthenticationChallenge.read(String(decoding: bytes, as: UTF8.self))
    for challenge in found {
      try require(!challenge.scheme.isEmpty, "a challenge without a scheme")
      try require(
        challenge.token68 == nil || challenge.parameters.isEmpty, "a token and parameters")
    }
  },
  FuzzTarget("docker-config") { bytes in
    guard let host = RegistryHost("reg.example:5000") else { return }
    let config = DockerConfig(bytes)
    let places = config?.places(for: host, RepositoryName("a/b")) ?? []
    try require(places.count <= 3, "\(places.count) places for one credential")
  },
  FuzzTarget("netrc") { bytes in
    guard let host = RegistryHost("reg.example") else { return }
    guard case .password(let user, _)? = NetrcFile(bytes).credential(for: host) else { return }
    try require(!user.isEmpty || bytes.contains(0x22), "a name from nowhere")
  },
  FuzzTarget("page-link") { bytes in
    for link in PageLink.read(String(decoding: bytes, as: UTF8.self)) {
      try require(!link.target.contains(">"), "\(link.target) goes on behind its end")
    }
  },
  FuzzTarget("registry-reference") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let reference = accepted({ try RegistryReference(text) }) else { return }
    let reread = try again("\(reference)") { try RegistryReference(reference.description) }
    try require(reread == reference, "\(reference) reads as \(reread)")
  },
  FuzzTarget("image-address") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let address = accepted({ try ImageAddress(text) }) else { return }
    try require(ImageAddress.isMeant(by: text), "\(text) is an address that is not meant as one")
    let reread = try again("\(address)") { try ImageAddress(address.description) }
    try require(reread == address, "\(address) reads as \(reread)")
  },
  FuzzTarget("oci-archive") { bytes in
    guard let contents = accepted({ try ArchiveContents(MemorySource(bytes)) }) else { return }
    for (digest, stretch) in contents.objects {
      let end = stretch.offset.addingReportingOverflow(stretch.length)
      try require(
        !end.overflow && end.partialValue <= UInt64(bytes.count),
        "\(digest) goes on behind the end of the archive")
    }
  },
  FuzzTarget("web-address") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let base = WebAddress("https://reg.example:5000/v2/a/b?c") else { return }
    for address in [WebAddress(text), base.resolving(text)].compactMap(\.self) {
      try require(WebAddress(address.description) == address, "\(address) reads as another")
      try require(address.path.hasPrefix("/"), "\(address) has no path")
    }
  },
]
