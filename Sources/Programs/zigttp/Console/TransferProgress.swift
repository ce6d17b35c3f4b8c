import ContentStore
import Digests
import Encodings
import Glibc
import OCIRegistry
import Synchronization

/// Tells on stderr what is being moved: on a terminal a line for each object that is on its way, drawn
/// again as it comes; elsewhere a line for each that is there.
final class TransferProgress: Sendable {
  private struct Moving {
    var descriptor: Descriptor
    var done: UInt64 = 0
  }

  private struct State {
    var moving: [Moving] = []
    // Lines that are drawn below what stays.
    var drawn = 0
    var last = 0.0
  }

  private let verb: SafeText
  private let isLive = ProgressLine.isWanted
  private let state = Mutex(State())

  /// - Parameter verb: `Uploading`, `Downloading`, `Copying`.
  init(_ verb: SafeText) { self.verb = verb }

  /// To be called on whichever thread.
  func take(_ event: TransferEvent) {
    state.withLock { state in
      switch event {
      case .began(let descriptor):
        // What is read a second time begins again.
        state.moving.removeAll { $0.descriptor.digest == descriptor.digest }
        state.moving.append(Moving(descriptor: descriptor))
        draw(&state, now: false)
      case .moved(let descriptor, let count):
        guard let at = state.moving.firstIndex(where: { $0.descriptor == descriptor }) else {
          return
        }
        state.moving[at].done += count
        draw(&state, now: false)
      case .ended(let descriptor, _):
        state.moving.removeAll { $0.descriptor.digest == descriptor.digest }
        clear(&state)
        Console().tell("\(line(Moving(descriptor: descriptor, done: descriptor.size))) ok")
        draw(&state, now: true)
      }
    }
  }

  /// Takes away what is drawn: whatever follows stands alone.
  func end() { state.withLock { clear(&$0) } }

  private func line(_ moving: Moving) -> SafeText {
    let digest = moving.descriptor.digest.hex.prefix(12)
    return "\(verb) \(digest) \(moving.done)/\(moving.descriptor.size) …"
  }

  private func draw(_ state: inout State, now isDue: Bool) {
    guard isLive else { return }
    let time = ProgressLine.now()
    guard isDue || time - state.last > 0.1 else { return }
    state.last = time
    clear(&state)
    for moving in state.moving { Console().tell(line(moving)) }
    state.drawn = state.moving.count
  }

  private func clear(_ state: inout State) {
    guard state.drawn > 0 else { return }
    // Up so many lines, and away with what is below.
    ProgressLine.draw("\u{1b}[\(state.drawn)A\r\u{1b}[J")
    state.drawn = 0
  }
}
