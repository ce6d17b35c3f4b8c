import ArtifactGraph

extension ServiceDrift {
  /// The reason, as it stands on the card and in documents. Not safe for a terminal yet.
  ///
  /// Reference: control-plane.md, "Drift".
  public var reason: String {
    switch self {
    case .changed(.image, let from, let to):
      "image changed since the last deploy recorded here: \(from) to \(to)"
    case .changed(let field, let from, let to): "\(field.rawValue) changed from \(from) to \(to)"
    case .surplusEnv(let names):
      "managed env keys would be removed: \(names.joined(separator: ", "))"
    case .unrecorded: "service was not deployed from this store"
    }
  }
}
