/// A name that is known for as long as the isolate lives: names in the source, keys of shapes.
struct Atom: Hashable, Sendable {
  /// Index into ``AtomTable``; 0 is never used.
  let index: UInt32

  @inline(__always) init(index: UInt32) { self.index = index }
  /// The atom of a name that the runtime itself uses.
  @inline(__always) init(_ name: KnownName) { index = name.rawValue }
}

/// Names that natives read and write; each has the same ``Atom`` in every isolate.
enum KnownName: UInt32, CaseIterable, Sendable {
  case length = 1
  case name, message, value, error, errors, ok, status, headers, body, path, method, url, query
  case params, handler, route, children, key, type, tag, props, statusText, hits, misses, size
  case location, host, hostname, port, `protocol`, search, hash, href, origin, pathname, username
  case password, charset, parameters, level, timestamp, context, remaining, resetMs, retryAfter
  case changes, lastInsertRowid

  /// How it is written.
  var text: String { "\(self)" }
}

/// Every atom of an isolate.
///
/// Invariant: `strings[i].atom == i`, and no two have the same units.
final class AtomTable {
  /// The text of each atom; index 0 is unused.
  private(set) var strings: [StringRef] = []
  private var slots: [UInt32] = Array(repeating: 0, count: 1024)

  var count: Int { strings.count }

  /// The text of an atom.
  @inline(__always) func string(_ atom: Atom) -> StringRef { strings[Int(atom.index)] }

  /// The atom with these units, if there is one.
  func find(_ units: FlatString, hash: UInt32) -> Atom? {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while true {
      let index = slots[slot]
      if index == 0 { return nil }
      let candidate = strings[Int(index)]
      if candidate.hash == hash, candidate.flatUnits.equals(units) { return Atom(index: index) }
      slot = (slot + 1) & mask
    }
  }

  /// Adds a flat, permanent string that is not there yet and whose hash is known.
  func insert(_ string: StringRef) -> Atom {
    if strings.isEmpty { strings.append(string) }
    let index = UInt32(strings.count)
    string.atom = index
    strings.append(string)
    if strings.count * 2 > slots.count { rehash() } else { place(index, hash: string.hash) }
    return Atom(index: index)
  }

  private func place(_ index: UInt32, hash: UInt32) {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = index
  }

  private func rehash() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for index in 1..<strings.count { place(UInt32(index), hash: strings[index].hash) }
  }
}
