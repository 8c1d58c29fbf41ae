/// The shortest decimal that reads back as a given binary floating-point number, as PostgreSQL prints it.
///
/// PostgreSQL source, `src/common/d2s.c` and `f2s.c`: Ryu, changed so that the bounds of the rounding interval are
/// never taken. Swift's own description takes them for even significands, so it may be a digit shorter; therefore the
/// exact algorithm of Steele and White ("How to print floating-point numbers accurately") is used here where the two may
/// differ.
struct ShortestDecimal: Equatable, Sendable {
    /// Decimal digits without leading or trailing zeros.
    private(set) var digits: [UInt8] = []
    /// The power of ten of the first digit.
    private(set) var exponent: Int

    /// The decimal for `significand · 2^binaryExponent`.
    ///
    /// - Parameters:
    ///   - significand: not zero.
    ///   - binaryExponent: the power of two.
    ///   - isBinadeStart: the number below is half as far away as the one above.
    init(significand: UInt64, binaryExponent: Int, isBinadeStart: Bool) {
        // remainder/scale is the number; above/scale and below/scale are half the distances to its neighbours.
        let extra = isBinadeStart ? 2 : 1
        var remainder = BigNatural(significand)
        remainder.shiftLeft(max(binaryExponent, 0) + extra)
        var scale = BigNatural(1)
        scale.shiftLeft(max(-binaryExponent, 0) + extra)
        var below = BigNatural(1)
        below.shiftLeft(max(binaryExponent, 0))
        var above = below
        if isBinadeStart { above.shiftLeft(1) }

        var power = 0
        while remainder.adding(above) > scale {
            scale.multiply(by: 10)
            power += 1
        }
        while true {
            var high = remainder.adding(above)
            high.multiply(by: 10)
            guard high <= scale else { break }
            remainder.multiply(by: 10)
            above.multiply(by: 10)
            below.multiply(by: 10)
            power -= 1
        }
        exponent = power - 1
        generate(&remainder, scale, &above, &below)
    }

    /// The decimal that Swift's own description shows.
    init(description: String) {
        var pointIndex: Int?
        let parts = description.utf8.split(separator: UInt8(ascii: "e"))
        for byte in parts.first ?? "".utf8[...] {
            if byte == UInt8(ascii: ".") { pointIndex = digits.count }
            if isDigit(byte) { digits.append(byte - UInt8(ascii: "0")) }
        }
        let power = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
        exponent = (pointIndex ?? digits.count) - 1 + power
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        exponent -= zeros
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
    }

    private mutating func generate(
        _ remainder: inout BigNatural,
        _ scale: BigNatural,
        _ above: inout BigNatural,
        _ below: inout BigNatural
    ) {
        while true {
            remainder.multiply(by: 10)
            above.multiply(by: 10)
            below.multiply(by: 10)
            var digit: UInt8 = 0
            while remainder >= scale {
                remainder.subtract(scale)
                digit += 1
            }
            let lowerFits = remainder < below
            let upperFits = remainder.adding(above) > scale
            guard lowerFits || upperFits else {
                digits.append(digit)
                continue
            }
            let doubled = remainder.adding(remainder)
            let isNearerToUpper = doubled > scale || (doubled == scale && digit % 2 == 1)
            let roundsUp = upperFits && (!lowerFits || isNearerToUpper)
            appendLast(roundsUp ? digit + 1 : digit)
            return
        }
    }

    private mutating func appendLast(_ digit: UInt8) {
        digits.append(digit)
        while digits.last == 10 {
            digits.removeLast()
            if digits.isEmpty {
                digits = [1]
                exponent += 1
                return
            }
            digits[digits.count - 1] += 1
        }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
    }
}

extension ShortestDecimal {
    /// The text: fixed-point from 0.0001 up to `fixedDigitLimit` integral digits, else with an exponent.
    func text(fixedDigitLimit: Int) -> String {
        let characters = String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        guard (-4..<fixedDigitLimit).contains(exponent) else {
            let fraction = digits.count > 1 ? "." + characters.dropFirst() : ""
            let sign = exponent < 0 ? "-" : "+"
            return "\(characters.prefix(1))\(fraction)e\(sign)\(Digits.padded(abs(exponent), 2))"
        }
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + characters }
        let integralCount = exponent + 1
        if digits.count <= integralCount {
            return characters + String(repeating: "0", count: integralCount - digits.count)
        }
        return "\(characters.prefix(integralCount)).\(characters.dropFirst(integralCount))"
    }
}
