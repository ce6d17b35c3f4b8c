/// The media types of what zigttp attaches to an image.
///
/// Reference: formats.md, "Media types".
public enum RecordMediaType {
  /// A deploy record's `artifactType`.
  public static let deploy = "application/vnd.zigttp.deploy.v1+json"
  /// Its config.
  public static let config = "application/vnd.zigttp.deploy.config.v1+json"
  /// The canonical contract.
  public static let contract = "application/vnd.zigttp.contract.v1+json"
  /// The sources.
  public static let sources = "application/vnd.zigttp.sources.v1.tar"
}
