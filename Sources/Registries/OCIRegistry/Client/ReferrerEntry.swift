import ContentStore
import Digests
import JSON
import OCIImage

/// What a list of referrers says of a manifest that is attached to another.
///
/// Reference: OCI distribution-spec v1.1, "Listing Referrers": the manifest's own `artifactType`,
/// or the type of its config, and its annotations.
struct ReferrerEntry: Hashable {
  var subject: Digest
  var descriptor: Descriptor

  /// nil for a manifest that is attached to none.
  init?(_ bytes: [UInt8], mediaType: String) {
    guard let json = (try? JSONReader.lenient(bytes))?.objectValue,
      let subject = json["subject"]?["digest"]?.stringValue.flatMap({ Digest($0) })
    else { return nil }
    self.subject = subject
    var type = json["artifactType"]?.stringValue ?? ""
    if type.isEmpty { type = json["config"]?["mediaType"]?.stringValue ?? "" }
    var annotations: [String: String] = [:]
    for member in json["annotations"]?.objectValue?.members ?? [] {
      if let text = member.value.stringValue { annotations[member.key] = text }
    }
    descriptor = Descriptor(
      mediaType: mediaType, digest: .sha256(of: bytes), size: UInt64(bytes.count),
      artifactType: type.isEmpty ? nil : type, annotations: annotations)
  }
}
