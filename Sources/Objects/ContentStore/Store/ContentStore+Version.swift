import JSON

extension ContentStore {
  /// Reference: OCI image-spec v1.1, image-layout.md, "oci-layout file".
  static func verifyVersion(_ marker: [UInt8], path: String) throws(StoreError) {
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
