import ContentStore
import Digests

/// One object that a document names, and as what.
public struct ObjectReference: Sendable, Hashable {
  /// What the object is to the one that names it.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Nobody's: the deploy record that a row of the ledger names.
    case record
    /// A deploy record the image that it is about.
    case image
    /// Any other document the one that it is attached to.
    case subject
    /// An index one of its entries.
    case manifest
    /// A manifest its configuration.
    case config
    /// A deploy record the canonical contract.
    case contract
    /// A deploy record the tar of the program.
    case sources
    /// A manifest one of its layers.
    case layer
    /// An artifact manifest one of its objects.
    case blob
  }

  /// As what.
  public var role: Role
  /// Of several in one role, counted from 0.
  public var place: Int
  /// The name, the size and the type that the document gives it.
  public var descriptor: Descriptor

  /// A reference from its parts.
  public init(role: Role, place: Int = 0, descriptor: Descriptor) {
    self.role = role
    self.place = place
    self.descriptor = descriptor
  }

  /// Whether the object may be elsewhere for good: a layer that says where to get it.
  ///
  /// Reference: OCI image-spec v1.1, descriptor.md, "urls".
  public var isForeign: Bool { descriptor.others["urls"] != nil }

  /// Whether the object may name others: by its type, or because documents of whatever type stand in
  /// its place. Everything else is content.
  public var mayNameOthers: Bool {
    switch role {
    case .record, .image, .subject, .manifest: true
    default: References.isDocument(descriptor.mediaType)
    }
  }
}
