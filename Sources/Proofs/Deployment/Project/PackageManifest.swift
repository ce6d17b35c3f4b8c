import Encodings
import JSON

/// What zigttp reads of a `package.json`.
struct PackageManifest: Sendable, Hashable {
  /// `name`, when it is a string.
  var name: String?
  /// `zigttp.env`: what the project itself says of its env names; true for `secret`.
  var declaredSecrets: [ByteName: Bool] = [:]

  /// - Parameter path: as an error names it.
  init(_ bytes: [UInt8], path: String) throws(DeploymentError) {
    guard let document = try? JSONReader.lenient(bytes), document.objectValue != nil else {
      throw .malformedPackageManifest(path: path)
    }
    name = document["name"]?.stringValue
    guard let declared = document["zigttp"]?["env"]?.objectValue else { return }
    for member in declared.members {
      switch member.value.stringValue {
      case "secret": declaredSecrets[ByteName(member.key)] = true
      case "config": declaredSecrets[ByteName(member.key)] = false
      default: throw .malformedPackageManifest(path: path)
      }
    }
  }
}
