/// Names that live as long as the isolate.
extension Heap {
  /// The atom with these units, if there is one already. Data is looked up with this, so that it
  /// cannot fill the table.
  func knownAtom(_ string: StringRef) throws(Fault) -> Atom? {
    if string.atom != 0 { return Atom(index: string.atom) }
    let units = try flat(string)
    let found = state.pointee.atoms.find(units, hash: try hash(string))
    if let found { string.atom = found.index }
    return found
  }

  /// The atom with these units, made when there is none: for names of the program's text and of
  /// natives.
  func atom(_ units: FlatString) throws(Fault) -> Atom {
    let hash = hash(units)
    if let known = state.pointee.atoms.find(units, hash: hash) { return known }
    let bytes = units.isASCII ? units.count : units.count * 2
    let block = try allocatePermanently(StringRef.headerSize + bytes)
    let string = StringRef(pointer: block)
    string.writeHeader(
      length: units.count, kind: units.isASCII ? StringRef.Kind.ascii : StringRef.Kind.wide,
      isWide: !units.isASCII)
    string.units = block + StringRef.headerSize
    string.units.copyMemory(from: units.base, byteCount: bytes)
    string.hash = hash
    return state.pointee.atoms.insert(string)
  }

  /// The atom of a string.
  func atom(_ string: StringRef) throws(Fault) -> Atom {
    if let known = try knownAtom(string) { return known }
    let made = try atom(try flat(string))
    string.atom = made.index
    return made
  }

  /// The atom of a name in Swift text.
  func atom(_ name: String) throws(Fault) -> Atom { try atom(try string(name)) }

  /// The text of an atom.
  @inline(__always) func string(_ atom: Atom) -> StringRef { state.pointee.atoms.string(atom) }

  /// Makes the strings of single ASCII units, which ``character(_:)`` hands out.
  func makeCharacters() throws(Fault) {
    for unit in 0..<UInt16(128) {
      state.pointee.characters.append(string(try atom(try string(unit: unit))))
    }
  }

  /// The string of one unit, shared for ASCII.
  @inline(__always) func character(_ unit: UInt16) throws(Fault) -> StringRef {
    unit < 128 ? state.pointee.characters[Int(unit)] : try string(unit: unit)
  }

  /// Whether a key looks like an array index: decimal digits without leading zero, below 2^32 - 1.
  func isIndexKey(_ units: FlatString) -> Bool { indexKey(units) != nil }

  /// The array index that a key spells, if it does.
  func indexKey(_ units: FlatString) -> UInt32? {
    guard units.count > 0, units.count <= 10 else { return nil }
    if units.count > 1, units[0] == 0x30 { return nil }
    var number: UInt64 = 0
    for index in 0..<units.count {
      let unit = units[index]
      guard unit >= 0x30, unit <= 0x39 else { return nil }
      number = number * 10 + UInt64(unit - 0x30)
    }
    return number < UInt64(UInt32.max) ? UInt32(number) : nil
  }
}
