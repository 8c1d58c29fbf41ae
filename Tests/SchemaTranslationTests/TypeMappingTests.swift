import SchemaTranslation
import Testing

@Suite struct TypeMappingTests {
    @Test(arguments: [
        (BuiltinType.int2, TargetType.smallint, ColumnConversion.identical), (.int4, .int, .identical),
        (.int8, .bigint, .identical), (.float4, .float, .identical), (.float8, .double, .identical),
        (.numeric, .decimal, .numeric), (.bool, .boolean, .identical), (.text, .text, .identical),
        (.varchar, .text, .identical), (.bpchar, .text, .identical), (.json, .text, .identical),
        (.jsonb, .text, .jsonb), (.bytea, .blob, .identical), (.date, .date, .date), (.time, .time, .time),
        (.timestamp, .timestamp, .timestamp), (.timestamptz, .timestamp, .timestamp), (.uuid, .uuid, .identical),
        (.inet, .inet, .inet),
    ])
    func mapsBinaryForms(_ oid: BuiltinType, _ target: TargetType, _ conversion: ColumnConversion) {
        let scalar = Types.scalar("t", oid)
        let mapping = TypeMapping(of: scalar, isTextUnchecked: false)
        #expect(mapping.targetType == target)
        #expect(mapping.conversion == conversion)
        #expect(mapping.expression(for: "c").sql == "\"c\"")

        let array = TypeMapping(of: Types.array(scalar), isTextUnchecked: false)
        #expect(array.targetType == .frozenList(target))
        #expect(array.conversion == .array(element: conversion))
        #expect(array.expression(for: "c").sql == "\"c\"")
    }

    @Test(arguments: [
        UInt32(1186), 790, 1266, 18, 19, 26, 142, 3614, 3904, 4451, 1560, 1562, 829, 774, 650, 600, 2205, 3220, 70_000,
    ])
    func readsOtherTypesAsText(_ oid: UInt32) {
        let type = Types.other("t", oid: oid)
        let mapping = TypeMapping(of: type, isTextUnchecked: false)
        #expect(mapping.targetType == .text)
        #expect(mapping.conversion == .identical)
        #expect(mapping.expression(for: "a\"b").sql == "\"a\"\"b\"::text")

        let array = TypeMapping(of: Types.array(type), isTextUnchecked: false)
        #expect(array.targetType == .frozenList(.text))
        #expect(array.conversion == .array(element: .identical))
        #expect(array.expression(for: "c").sql == "\"c\"::text[]")
    }

    @Test func readsEnumerationsPlainly() {
        let mapping = TypeMapping(of: Types.mood, isTextUnchecked: false)
        #expect(mapping.targetType == .text)
        #expect(mapping.expression(for: "c") == .column("c"))
    }

    @Test func checksTextThatNoServerChecked() {
        for type in [Types.text, Types.mood, Types.interval, Types.email] {
            #expect(TypeMapping(of: type, isTextUnchecked: true).conversion == .text)
            #expect(TypeMapping(of: Types.array(type), isTextUnchecked: true).conversion == .array(element: .text))
        }
        let jsonb = TypeMapping(of: Types.jsonb, isTextUnchecked: true)
        #expect(jsonb.conversion == .text)
        #expect(jsonb.expression(for: "c") == .text("c"))
        #expect(TypeMapping(of: Types.bigint, isTextUnchecked: true).conversion == .identical)
    }
}
