import HandlerLanguage

/// What compiled code needs to know of the place it was compiled from, for everything that is not
/// its fast path.
final class Site {
  let heap: Heap
  /// Where it stands in the source.
  let position: SourcePosition
  /// First register that is free at this place.
  let base: Int

  init(heap: Heap, position: SourcePosition, base: Int) {
    self.heap = heap
    self.position = position
    self.base = base
  }

  /// A context whose calls begin at the free registers of a frame.
  func context(_ frame: Registers) -> CallContext {
    CallContext(heap: heap, freeRegisters: frame + base)
  }

  /// A fault that happened here.
  @inline(never) func fault(_ message: String, kind: Fault.Kind = .error) -> Fault {
    Fault(message, kind: kind, stack: [position])
  }

  /// A fault on its way out through here.
  @inline(never) func passing(_ fault: Fault) -> Fault { fault.at(position) }

  /// Runs something that may raise a fault without a place, and adds this one.
  @inline(__always)
  func here<Result>(_ body: () throws(Fault) -> Result) throws(Fault) -> Result {
    do throws(Fault) { return try body() } catch { throw passing(error) }
  }
}
