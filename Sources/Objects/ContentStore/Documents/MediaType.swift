/// The media types of OCI documents.
///
/// Reference: OCI image-spec v1.1, media-types.md.
public enum MediaType {
  /// An image index; `index.json` too.
  public static let index = "application/vnd.oci.image.index.v1+json"
  /// An image or artifact manifest.
  public static let manifest = "application/vnd.oci.image.manifest.v1+json"
  /// An image configuration.
  public static let config = "application/vnd.oci.image.config.v1+json"
  /// A layer as it is.
  public static let layer = "application/vnd.oci.image.layer.v1.tar"
  /// A compressed layer.
  public static let gzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip"
  /// The config of a manifest that has none.
  public static let empty = "application/vnd.oci.empty.v1+json"
}

/// Annotation keys.
///
/// Reference: OCI image-spec v1.1, annotations.md.
public enum Annotation {
  /// The tag of an entry of `index.json`.
  public static let refName = "org.opencontainers.image.ref.name"
  /// The service that an entry of `index.json` is the newest image or record of.
  public static let service = "dev.zigttp.service"
}
