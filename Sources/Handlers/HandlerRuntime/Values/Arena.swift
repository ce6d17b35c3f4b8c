import Glibc

/// A range of addresses reserved once, used from its start and emptied all at once.
///
/// Invariants: `base <= next <= committed <= base + reserved`; pages below `committed` can be read
/// and written, those above cannot, and cost nothing. Blocks are aligned to 8 bytes and not
/// cleared: whoever allocates one fills it before anybody sees it.
struct Arena: ~Copyable {
  private let start: UnsafeMutableRawPointer
  /// The first address.
  let base: UInt
  /// How many bytes are reserved.
  let reserved: Int
  /// How many of them are held back: the others are the limit of what it can hold.
  private let heldBack: Int
  /// Whether what is held back may be used, too.
  var isLending = false
  /// Where the next block goes.
  var next: UInt
  /// The first address that is not writable yet.
  private(set) var committed: UInt

  /// Pages made writable at a time.
  private static let step = 1 << 20
  /// What stays in memory when the arena is emptied.
  private static let kept = 4 << 20

  /// Reserves `bytes` of address space, and as many more as are held back, whole MiB.
  /// - Throws: a memory fault when the system has none left.
  init(reserving bytes: Int, holdingBack heldBack: Int = 0) throws(Fault) {
    let length = (max(bytes, Self.step) + heldBack + Self.step - 1) / Self.step * Self.step
    self.heldBack = heldBack
    let mapped = mmap(
      nil, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw Fault("the system has no address space left for an arena", kind: .memory)
    }
    start = mapped
    base = UInt(bitPattern: mapped)
    reserved = length
    next = base
    committed = base
  }

  deinit { munmap(start, reserved) }

  /// Makes pages up to at least `address` writable.
  mutating func commit(upTo address: UInt) throws(Fault) {
    let usable = UInt(isLending ? reserved : reserved - heldBack)
    guard address <= base &+ usable, address >= base else { throw Fault.outOfMemory }
    let used = committed - base
    // Doubling keeps the number of calls small, the end of the reserve bounds it.
    let wanted = max(address - base, min(used * 2, usable))
    let step = UInt(Self.step)
    let target = min((wanted + step - 1) / step * step, usable)
    guard target > used else { return }
    let from = start + Int(used)
    guard mprotect(from, Int(target - used), PROT_READ | PROT_WRITE) == 0 else {
      throw Fault.outOfMemory
    }
    committed = base + target
  }

  /// Forgets every block. Pages beyond a few MiB go back to the system.
  mutating func reset() {
    let used = Int(next - base)
    if used > Self.kept { madvise(start + Self.kept, used - Self.kept, MADV_DONTNEED) }
    next = base
  }
}

/// The addresses that a process may have.
enum AddressSpace {
  /// Whether there is a limit, `ulimit -v`: then what is only reserved counts as well.
  static var isLimited: Bool {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
      && limit.rlim_cur != .max
  }
}
