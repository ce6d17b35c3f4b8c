import JSON

/// A contract document that another compiler of the family wrote, with what it says as far as we know
/// it. Whatever else stands in it is kept as it is.
///
/// Reference: handler-language.md, "The contract document".
public struct ImportedContract: Sendable {
  /// Versions of the document that are read.
  public static let versions: ClosedRange<Int64> = 12...17
  /// A document has no more bytes than these.
  public static let mostBytes = 4 << 20

  /// The document's own.
  public let version: Int64
  /// All of it, sections that we do not know among them.
  public let document: JSONValue
  let claims: ImportedClaims
  /// Names of the environment whose values it calls secret: a proof beside it has to take them for
  /// that, whatever they are called.
  public var secrets: [String] { claims.secret }

  /// A document as it stands in a file, in any layout.
  ///
  /// - Throws: what is no JSON, or none that can be canonical: fractions, repeated keys, values too
  ///   deep in one another; another version; a section that we know and that has another shape.
  public init(bytes: some Collection<UInt8>) throws(JSONError) {
    try self.init(document: CanonicalJSON.parse(bytes))
    // It has to be read again where it stands in a contract.
    let kept: JSONValue = ["imported": ["version": .integer(version), "document": document]]
    do throws(JSONError) { _ = try CanonicalJSON.parse(kept.canonicalBytes) } catch {
      throw JSONError(.shape(path: "contract", expected: "fewer values inside one another"))
    }
  }

  /// The same from the value of the document.
  public init(document: JSONValue) throws(JSONError) {
    guard document.objectValue != nil else {
      throw JSONError(.shape(path: "contract", expected: "an object"))
    }
    guard let version = document["version"]?.integerValue, Self.versions.contains(version) else {
      let (first, last) = (Self.versions.lowerBound, Self.versions.upperBound)
      throw JSONError(
        .shape(path: "contract.version", expected: "a version from \(first) to \(last)"))
    }
    self.version = version
    self.document = document
    claims = try ImportedClaims(document)
  }
}

extension ImportedContract: Hashable {
  /// Two are the same when their documents are.
  public static func == (a: ImportedContract, b: ImportedContract) -> Bool {
    a.document.canonicalBytes == b.document.canonicalBytes
  }

  /// The same documents give the same.
  public func hash(into hasher: inout Hasher) { hasher.combine(document.canonicalBytes) }
}
