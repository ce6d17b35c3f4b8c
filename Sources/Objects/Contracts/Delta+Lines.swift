extension Delta {
  /// The changes, one a line: `+ routes GET /new`.
  public var lines: [String] {
    changes.map { change in
      switch change.kind {
      case .added: "+ \(change.section.rawValue) \(change.item)"
      case .removed: "- \(change.section.rawValue) \(change.item)"
      case .changed(let from, let to): "\(change.section.rawValue): \(from) -> \(to)"
      }
    }
  }
}
