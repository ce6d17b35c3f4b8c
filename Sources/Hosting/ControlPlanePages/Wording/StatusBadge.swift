import ControlPlane
import ControlPlaneAPI

/// Where something stands: a word, a sign that tells it without colour, and a tone.
struct StatusBadge {
  enum Tone: String { case good, bad, waiting, quiet }

  var word: String
  var tone: Tone

  private var sign: String {
    switch tone {
    case .good: "✓"
    case .bad: "✕"
    case .waiting: "○"
    case .quiet: "–"
    }
  }

  var value: PageValue {
    ["word": .text(word), "sign": .text(sign), "tone": .text(tone.rawValue)]
  }

  static func plan(_ status: ReviewPlan.Status) -> PageValue {
    switch status {
    case .pending: StatusBadge(word: "Waiting for a decision", tone: .waiting).value
    case .approved: StatusBadge(word: "Approved, not deployed yet", tone: .good).value
    case .rejected: StatusBadge(word: "Rejected", tone: .bad).value
    case .consumed: StatusBadge(word: "Approved and deployed", tone: .good).value
    case .expired: StatusBadge(word: "Expired", tone: .quiet).value
    }
  }

  static func service(_ state: RunState) -> PageValue {
    switch state {
    case .pending: StatusBadge(word: "Starting", tone: .waiting).value
    case .running: StatusBadge(word: "Running", tone: .good).value
    case .failed: StatusBadge(word: "Failed", tone: .bad).value
    }
  }

  static func grant(_ status: CapabilityGrant.Status) -> PageValue {
    switch status {
    case .active: StatusBadge(word: "Active", tone: .good).value
    case .revoked: StatusBadge(word: "Revoked", tone: .bad).value
    case .expired: StatusBadge(word: "Expired", tone: .quiet).value
    }
  }

  static func token(_ token: TokenRecord, now: Int64) -> StatusBadge {
    if token.revokedAt != nil { return StatusBadge(word: "Revoked", tone: .bad) }
    let isOver = token.expiresAt.map { $0 <= now } ?? false
    return isOver
      ? StatusBadge(word: "Expired", tone: .quiet) : StatusBadge(word: "In use", tone: .good)
  }
}
