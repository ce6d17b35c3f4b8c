import JSON

extension ContentStore {
  /// What the file that makes a folder a layout says.
  public static var marker: [UInt8] {
    let version: JSONValue = ["imageLayoutVersion": "1.0.0"]
    return version.canonicalBytes
  }

  /// Whether the file that makes a folder a layout is of the version that we know.
  ///
  /// - Throws: `malformed`.
  /// Reference: OCI image-spec v1.1, image-layout.md, "oci-layout file".
  public static func verifyVersion(_ marker: [UInt8], path: String) throws(StoreError) {
    let document = try? JSONReader.lenient(marker)
    guard let version = document?["imageLayoutVersion"]?.stringValue else {
      throw StoreError(.malformed, path: path, expected: "imageLayoutVersion")
    }
    guard version == "1.0.0" else {
      throw StoreError(
        .malformed, path: path, expected: "imageLayoutVersion 1.0.0", found: version)
    }
  }
}
