import ArtifactTesting
import ContentStore
import Digests
import Foundation
import OCIImage
import RegistryTesting
import TestSupport
import Testing

/// Deploys that somebody changed in one place, everything behind it digested and signed again: in a
/// folder, in a tar, in Debian's registry and in ours, `verify` names that place, and of the untouched
/// twin nothing.
@Suite struct PlacesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var failures: [String]
    var testDescription: String { name }

    func forge(_ forgery: inout ForgedArtifact.Forgery) {
      switch name {
      case "label": forgery.config = { $0.labels["zigttp.read-only"] = "maybe" }
      case "layer":
        // Unpacks to twice the tar; the byte of a layer whose name is kept is turned below.
        forgery.runtimeLayer = { $0 += $0 }
      case "contract": forgery.contract = { $0.properties[.readOnly] = false }
      case "entrypoint": forgery.config = { $0.entrypoint = ["/bin/sh"] }
      case "runtime": forgery.runtime = { $0[1000] ^= 1 }
      case "row":
        forgery.line = { line in
          let text = String(decoding: line, as: UTF8.self)
          line = Array(text.replacingOccurrences(of: "1700000000000", with: "1700000000001").utf8)
        }
      case "checkpoint":
        forgery.checkpoint = { bytes in
          let place = bytes.count - 20
          bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        }
      default: break
      }
    }

    static let all = [
      Case(name: "untouched", failures: []),
      Case(name: "label", failures: ["label zigttp.read-only"]),
      Case(name: "layer", failures: ["diff-id 0", "runtime-layer "]),
      Case(name: "contract", failures: ["proof "]),
      Case(name: "entrypoint", failures: ["entrypoint "]),
      Case(name: "runtime", failures: ["runtime of the record"]),
      Case(name: "row", failures: ["inclusion line 1"]),
      Case(name: "checkpoint", failures: ["signature checkpoint"]),
    ]
  }

  /// A folder with the receipt and the key, and the image in `oci:forged:greeter`.
  private func workspace(_ artifact: ForgedArtifact) throws -> Workspace {
    let project = try Workspace(["key": artifact.key.text + "\n"])
    try Data(artifact.receipt.bytes).write(to: URL(fileURLWithPath: project.path + "/receipt"))
    let store = try ContentStore(
      try StoreMaker().make(at: project.path + "/forged", slug: "greeter"))
    let batch = try store.begin()
    _ = try ClosureCopy(from: artifact.blobs).run(artifact.record, to: batch)
    try batch.commit()
    batch.end()
    try store.index.update {
      $0.setNewest(of: "greeter", image: artifact.image, record: artifact.record)
    }
    return project
  }

  private func verify(_ target: String, _ project: Workspace) throws -> Command.Result {
    try project.zigttp("verify", target, "--receipt", "receipt", "--key", "key", "--json")
  }

  private func expect(
    _ expected: [String], of target: String, _ project: Workspace
  ) throws {
    let result = try verify(target, project)
    #expect(result.status == (expected.isEmpty ? 0 : 7), "\(target): \(result.errors)")
    #expect(try VerifyTests.failures(result) == expected, "\(target)")
    let document = try Workspace.json(result)
    let covered = Set(document["covered"] as? [String] ?? [])
    if expected.isEmpty {
      #expect(covered.isSuperset(of: ["manifest", "layer", "label", "proof", "record", "row"]))
    }
  }

  @Test(arguments: Case.all) func aPlaceOfThisMachine(_ each: Case) throws {
    let project = try workspace(ForgedArtifact(each.forge))
    try expect(each.failures, of: "oci:forged:greeter", project)
    try expect(each.failures, of: "forged", project)
    let copied = try project.zigttp(
      "store", "cp", "--referrers", "oci:forged:greeter", "oci-archive:forged.tar:greeter")
    #expect(copied.status == 0, "\(copied.errors)")
    try expect(each.failures, of: "oci-archive:forged.tar:greeter", project)
    // A tar that holds nothing else is named by its file; its record stayed behind.
    let alone = try project.zigttp("store", "cp", "oci:forged:greeter", "oci-archive:alone.tar")
    #expect(alone.status == 0, "\(alone.errors)")
    let result = try verify("alone.tar", project)
    #expect(result.status == (each.failures.isEmpty ? 0 : 7), "\(result.errors)")
    #expect(try VerifyTests.failures(result) == each.failures)
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("docker-registry"), "docker-registry is not installed"),
    arguments: ["docker-registry", "ours"])
  func aRegistry(_ kind: String) throws {
    let registry = try TestedRegistry(kind)
    for each in Case.all {
      let project = try workspace(ForgedArtifact(each.forge))
      let address = "docker://\(registry.host)/forged/\(each.name)"
      let copied = try project.zigttp(
        "store", "cp", "--referrers", "oci:forged:greeter", "\(address):latest")
      #expect(copied.status == 0, "\(copied.errors)")
      try expect(each.failures, of: address, project)
      let image = try #require(
        try Workspace.json(try verify(address, project))["image"] as? String)
      try expect(each.failures, of: "\(address)@\(image)", project)
    }
    // A byte of a layer, on the registry's disk, its name kept.
    let artifact = try ForgedArtifact()
    let project = try workspace(artifact)
    try registry.flip(artifact.layers[1].digest)
    let address = "docker://\(registry.host)/forged/untouched"
    try expect(["layer 1"], of: address, project)
    // What is not there is no mismatch, but no success either.
    #expect(try verify("docker://\(registry.host)/forged/nothing", project).status == 1)
    #expect(try verify("docker://127.0.0.1:1/forged/untouched", project).status == 1)
    let offline = try project.zigttp("verify", address, "--offline")
    #expect(offline.status == 64)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"))
  func offlineOpensNoSocket() throws {
    let project = try workspace(ForgedArtifact())
    for target in ["oci:forged:greeter", "docker://127.0.0.1:1/forged/x"] {
      let run = try TracedRun(
        ["-e", "trace=network,execve"], program: Programs.zigttp,
        ["verify", target, "--offline", "--receipt", "receipt", "--key", "key"], in: project)
      #expect(run.result.status == (target.hasPrefix("oci:") ? 0 : 64), "\(run.result.errors)")
      #expect(!run.text.contains("socket("), "\(run.text)")
    }
  }

  @Test func anIndexIsNoImage() throws {
    let project = try workspace(ForgedArtifact())
    let store = try ContentStore(StoreLayout(root: project.path + "/forged"))
    let batch = try store.begin()
    var index = Index()
    for text in ["one", "two"] {
      index.append(
        Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: text), size: 3))
    }
    var root = try batch.add(index.bytes).descriptor(MediaType.index)
    try batch.commit()
    batch.end()
    root.annotations[Annotation.refName] = "both"
    try store.index.update { $0.append(root) }
    let result = try project.zigttp("verify", "oci:forged:both")
    #expect(result.status == 1)
    #expect(result.errors.contains("is an index of 2 manifests"), "\(result.errors)")
    #expect(try project.zigttp("verify", "oci:forged:none").status == 1)
    #expect(try project.zigttp("verify", "oci:nowhere").status == 1)
    #expect(try project.zigttp("verify", "docker-archive:x").status == 64)
  }
}

/// A registry on a port of this machine.
private struct TestedRegistry {
  let host: String
  // Where what it stores lies.
  private let folder: String
  private let debian: DockerRegistry?
  private let ours: (server: Server, project: Workspace)?

  init(_ kind: String) throws {
    if kind == "docker-registry" {
      let registry = try DockerRegistry()
      (host, folder, debian, ours) = (registry.host, registry.folder, registry, nil)
      return
    }
    let project = try Workspace()
    folder = project.path + "/registry"
    let server = try Server.start(
      Programs.zigttp, ["registry", "serve", "--data", folder, "--listen", "127.0.0.1:0"], project)
    host = "127.0.0.1:\(server.port)"
    (debian, ours) = (nil, (server, project))
  }

  /// Turns one bit of a blob where the registry keeps it, whatever names it has there.
  func flip(_ digest: Digest) throws {
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    let file = try #require(
      names.filter { $0.contains(digest.hex) }.map { "\(folder)/\($0)" }.first { path in
        (try? bytes(of: path)).map { Digest.sha256(of: $0) == digest } ?? false
      })
    chmod(file, 0o644)
    let handle = try #require(FileHandle(forUpdatingAtPath: file))
    let place = try UInt64(bytes(of: file).count / 2)
    try handle.seek(toOffset: place)
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: place)
    try handle.write(contentsOf: Data([byte ^ 1]))
    try handle.close()
  }
}
