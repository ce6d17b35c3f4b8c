import ContentStore
import Digests
import Foundation
import RegistryTesting
import TestSupport

/// Images that `zigttp deploy` packed, with the runtime that was built beside it.
final class RealImages: Sendable {
  private let scratch: Scratch
  /// Where they lie.
  let blobs: BlobStore

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// Made once for all tests: to pack a runtime for the first time takes seconds.
  static let shared = Result { try RealImages() }

  private static let folder = (Ground.program as NSString).deletingLastPathComponent

  private init() throws {
    scratch = try Scratch()
    let project = try scratch.folder("project")
    try scratch.write("project/package.json", Array(#"{"name":"real"}"#.utf8))
    // Without the symbols of a debug build, which nobody ships.
    let runtime = scratch.path + "/zigttp-runtime"
    let strip = ForeignPrograms.find("strip") ?? "/usr/bin/strip"
    _ = run([strip, "-o", runtime, Self.folder + "/zigttp-runtime"])
    try Self.deploy("export const handler = () => Response.text(\"ready\");", in: project)
    blobs = try ContentStore(StoreLayout(root: project + "/.zigttp"), readOnly: true).blobs
  }

  /// Packs a handler; its image.
  func image(_ handler: String) throws -> Digest {
    try Self.deploy(handler, in: scratch.path + "/project")
  }

  @discardableResult
  private static func deploy(_ handler: String, in project: String) throws -> Digest {
    try Data(handler.utf8).write(to: URL(fileURLWithPath: project + "/handler.ts"))
    let output = project + "/../output.json"
    try? FileManager.default.removeItem(atPath: output)
    let status = run(
      [
        "/usr/bin/env", "-C", project, "HOME=\(project)/..",
        "ZIGTTP_RUNTIME=\(project)/../zigttp-runtime", folder + "/zigttp", "deploy", "--local",
        "--json",
      ], output: output)
    let said = try text(of: output)
    guard status == 0,
      let line = said.split(separator: "\n").first(where: { $0.hasPrefix("{") }),
      let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      let digest = (document["image"] as? String).flatMap({ Digest($0) })
    else { throw Failure(description: said) }
    return digest
  }
}
