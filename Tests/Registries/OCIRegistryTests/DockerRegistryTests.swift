import ContentStore
import Digests
import Files
import OCIImage
import RegistryTesting
import StoreTesting
import TestSupport
import Testing

@testable import OCIRegistry

/// Debian's registry, and what skopeo makes of what we brought there.
@Suite(
  .serialized,
  .enabled(
    if: ["docker-registry", "skopeo", "htpasswd"].allSatisfy(ForeignPrograms.isExpected),
    "docker-registry, skopeo or htpasswd is not installed"))
struct DockerRegistryTests {
  private let memory = MemoryBlobs()

  private func image() -> Descriptor {
    // A tar of nothing: two blocks of zeros.
    let layer = memory.add([UInt8](repeating: 0, count: 1024))
    let config = memory.add(
      Array(
        """
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":\
        ["\(layer.digest)"]}}
        """.utf8))
    let manifest = Manifest(
      config: config.descriptor(MediaType.config), layers: [layer.descriptor(MediaType.layer)])
    return memory.add(manifest.bytes).descriptor(MediaType.manifest)
  }

  private func skopeo(_ arguments: [String], output: String) -> Int32 {
    guard let program = ForeignPrograms.find("skopeo") else { return -1 }
    return run([program] + arguments, output: output)
  }

  @Test(arguments: [nil, "a secret"])
  func whatWeBringIsThere(password: String?) throws {
    let registry = try DockerRegistry(password: password)
    let credential = password.map { RegistryCredential.password(user: "user", password: $0) }
    let client = try Client(registry.host, repository: "team/app", credential: credential).client
    try client.ping()
    let blobs = RegistryBlobs(client)
    let root = image()
    let outcome = try ClosureCopy(from: memory).run(root, to: blobs)
    #expect(outcome.written == 3)
    try blobs.tag(root, from: memory, as: .latest)
    #expect(try client.tags().map(\.description) == ["latest"])
    #expect(try client.resolve(.tag(.latest)) == root)

    let scratch = try Scratch()
    var more = ["--tls-verify=false"]
    if let password { more += ["--creds", "user:\(password)"] }
    let status = skopeo(
      ["inspect"] + more + ["--raw", "docker://\(registry.host)/team/app@\(root.digest)"],
      output: "\(scratch.path)/raw")
    #expect(status == 0, "\((try? text(of: "\(scratch.path)/raw")) ?? "")")
    #expect(try scratch.read("raw") == memory.objects[root.digest])
    let copied = skopeo(
      ["--insecure-policy", "copy"]
        + more.map { $0.hasPrefix("--") ? "--src-\($0.dropFirst(2))" : $0 }
        + ["docker://\(registry.host)/team/app:latest", "oci:\(scratch.path)/image:latest"],
      output: "\(scratch.path)/copy")
    #expect(copied == 0, "\((try? text(of: "\(scratch.path)/copy")) ?? "")")

    let back = MemoryBlobs()
    _ = try ClosureCopy(from: blobs).run(root, to: back)
    #expect(back.objects == memory.objects)
    #expect(try ClosureCopy(from: memory).run(root, to: blobs).written == 0)
  }

  @Test func aWrongPasswordIsRefused() throws {
    let registry = try DockerRegistry(password: "right")
    let client = try Client(
      registry.host, credential: .password(user: "user", password: "wrong")
    ).client
    let error = registryFailure { try client.push(memory.blob([1]), from: memory) }
    #expect(error?.code == .unauthorized)
    #expect(
      registryFailure { _ = try client.tags() }?.answers.first?.code == "UNAUTHORIZED")
  }

  @Test func aBlobInPiecesIsWhole() throws {
    let registry = try DockerRegistry()
    let client = try Client(registry.host, options: .chunks(of: 300_000)).client
    let bytes = content(1_000_000)
    let blob = memory.blob(bytes)
    #expect(try client.push(blob, from: memory) == .sent)
    #expect(try client.blobSize(blob.digest) == 1_000_000)
    let blobs = RegistryBlobs(client)
    #expect(try blobs.read(blob.digest, mediaType: blob.mediaType, limit: 1_000_000) == bytes)
  }

  @Test func aBlobIsMounted() throws {
    let registry = try DockerRegistry()
    let blob = memory.blob(content(1000))
    try Client(registry.host, repository: "first").client.push(blob, from: memory)
    let second = try Client(registry.host, repository: "second").client
    let first = try #require(RepositoryName("first"))
    #expect(try second.push(blob, from: memory, mountingFrom: [first]) == .mounted(first))
    #expect(try second.hasBlob(blob.blob))
  }

  /// It has no list of referrers of its own.
  @Test func whatIsAttachedIsListedByTag() throws {
    let registry = try DockerRegistry()
    let client = try Client(registry.host).client
    let root = image()
    let blobs = RegistryBlobs(client)
    _ = try ClosureCopy(from: memory).run(root, to: blobs)
    var attached: [Descriptor] = []
    for number in 0..<3 {
      let record = Manifest(
        artifactType: RecordMediaType.deploy,
        config: memory.add(Array("{\"n\":\(number)}".utf8)).descriptor(MediaType.empty),
        layers: [], subject: root)
      attached.append(memory.add(record.bytes).descriptor(MediaType.manifest))
    }
    for record in attached { _ = try ClosureCopy(from: memory).run(record, to: blobs) }
    let found = try client.referrers(of: root.digest, artifactType: RecordMediaType.deploy)
    #expect(found.map(\.digest) == attached.map(\.digest))
    #expect(try client.tags() == [.referrers(of: root.digest)])
  }

  @Test func whatIsRemovedIsMissing() throws {
    let registry = try DockerRegistry()
    let client = try Client(registry.host).client
    let root = image()
    _ = try ClosureCopy(from: memory).run(root, to: RegistryBlobs(client))
    try client.delete(.digest(root.digest))
    #expect(registryFailure { _ = try client.manifest(.digest(root.digest)) }?.code == .missing)
    let blob = memory.blob(content(10))
    try client.push(blob, from: memory)
    try client.deleteBlob(blob.digest)
    #expect(try client.blobSize(blob.digest) == nil)
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("openssl"), "openssl is not installed"))
  func aCertificateIsLookedAt() throws {
    let registry = try DockerRegistry(isEncrypted: true)
    var options = RegistrySession.Options()
    options.encryption = .always
    options.retry.attempts = 2
    let stranger = try Client(registry.host, options: options).client
    #expect(registryFailure { try stranger.ping() }?.code == .unreachable)
    var transport = NetworkTransport.Options.quick
    transport.certificates = registry.certificate
    let client = try Client(registry.host, options: options, transport: transport).client
    try client.ping()
    let blob = memory.blob(content(100_000))
    #expect(try client.push(blob, from: memory) == .sent)
    let blobs = RegistryBlobs(client)
    #expect(
      try blobs.read(blob.digest, mediaType: blob.mediaType, limit: 100_000)
        == content(100_000))
    // Whoever speaks without encryption to it gets an answer that is none of a registry.
    let plain = try Client(registry.host).client
    #expect(registryFailure { try plain.ping() }?.code == .refused)
  }

  /// A store goes there and comes back.
  @Test func manyPushesAtOnceLoseNothing() throws {
    let registry = try DockerRegistry()
    let client = try Client(registry.host).client
    let many = (0..<40).map { memory.blob(content(20_000, seed: UInt8(2 * $0 + 1))) }
    let config = memory.blob(Array("{}".utf8))
    let manifest = Manifest(config: config, layers: many)
    let root = memory.add(manifest.bytes).descriptor(MediaType.manifest)
    let blobs = RegistryBlobs(client, parallel: 8)
    #expect(try ClosureCopy(from: memory).run(root, to: blobs).written == 42)
    let back = MemoryBlobs()
    _ = try ClosureCopy(from: blobs).run(root, to: back)
    #expect(back.objects == memory.objects)
  }
}
