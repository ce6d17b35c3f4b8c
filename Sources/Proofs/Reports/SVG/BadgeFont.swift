/// How wide text is at 11 pixels in the fonts a badge asks for.
///
/// Exactness is not needed, since `textLength` makes the viewer fit the text; it only keeps letters
/// from being squeezed.
enum BadgeFont {
  /// Whole pixels, rounded up.
  static func width(_ text: String) -> Int {
    let tenths = text.unicodeScalars.reduce(0) { $0 + tenthsOfPixel($1) }
    return (tenths + 9) / 10
  }

  // By tens of a pixel, the printable ASCII characters of about that width.
  private static let classes: [(tenths: Int, characters: String)] = [
    (30, "'il"),
    (39, " ,.fj|"),
    (44, "!I/\\:;()[]t"),
    (50, "r-\""),
    (57, "csz"),
    (66, "aehknovxybdgpqu$*_`{}~?EFJLP0123456789"),
    (77, "ABCKRSTVXYZ"),
    (87, "DGHNOQU&mw"),
    (92, "#+<=>^M"),
    (110, "%@W"),
  ]
  private static let widest = 110
  private static let table: [Int] = {
    var widths = [Int](repeating: widest, count: 128)
    for (tenths, characters) in classes {
      for unit in characters.utf8 { widths[Int(unit)] = min(widths[Int(unit)], tenths) }
    }
    return widths
  }()

  private static func tenthsOfPixel(_ scalar: Unicode.Scalar) -> Int {
    scalar.isASCII ? table[Int(scalar.value)] : widest
  }
}
