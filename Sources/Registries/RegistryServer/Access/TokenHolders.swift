/// Who knows whose a token is.
public protocol TokenHolders: Sendable {
  /// Who presents a token; nil for one that is not known, or is over.
  func holder(of secret: String) throws(RegistryError) -> AccessToken?
}
