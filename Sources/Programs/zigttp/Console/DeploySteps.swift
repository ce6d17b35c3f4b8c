import Deployment
import Encodings
import OCIRegistry
import Synchronization

/// Tells on stderr how a hosted deploy goes: a line for each step as it ends, and on a terminal a line
/// while it lasts.
final class DeploySteps: Sendable {
  private let current = Mutex<HostedEvent.Step?>(nil)
  private let transfers = TransferProgress("Uploading")
  private let console = Console()
  private let isLive = ProgressLine.isWanted

  /// To be called on whichever thread.
  @Sendable func take(_ event: HostedEvent) {
    switch event {
    case .began(let step):
      current.withLock { $0 = step }
      draw()
    case .ended(let step): end(step, "ok")
    case .transfer(let event): transfers.take(event)
    default:
      guard let line = event.wording else { return }
      clear()
      console.tell(line)
      draw()
    }
  }

  /// A step that did not go well ends here, with the reason.
  func stop(_ reason: SafeText) {
    transfers.end()
    guard let step = current.withLock({ $0 }) else { return }
    end(step, reason)
  }

  private func end(_ step: HostedEvent.Step, _ how: SafeText) {
    clear()
    current.withLock { $0 = nil }
    console.tell("\(step.wording) … \(how)")
  }

  private func draw() {
    guard isLive, let step = current.withLock({ $0 }) else { return }
    let line: SafeText = "\(step.wording) …"
    ProgressLine.draw(line.text)
  }

  private func clear() {
    guard isLive, current.withLock({ $0 }) != nil else { return }
    ProgressLine.draw("\r\u{1b}[K")
  }
}

extension HostedEvent.Step {
  fileprivate var wording: SafeText {
    switch self {
    case .proving: "Proving"
    case .reviewing: "Reviewing"
    case .packaging: "Packaging"
    case .deploying: "Deploying"
    case .waiting: "Waiting"
    }
  }
}
