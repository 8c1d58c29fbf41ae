/// Conversions that are put into the sources of scylla_fdw before they are built: its own write smallint and inet as null, many
/// a decimal as another number, and no lists at all.
enum ExtensionValues {
    static let header = """
        /* Written by pgscylla: conversions of values that the driver would refuse or misread otherwise. */
        #ifndef PGSCYLLA_VALUES_H
        #define PGSCYLLA_VALUES_H

        #include <stdbool.h>
        #include <stddef.h>
        #include <stdint.h>

        #ifdef __cplusplus
        extern "C" {
        #endif

        /* These return why a value could not be bound, or NULL. */
        extern const char *pgscylla_bind_int16(void *statement, int index, int16_t value);
        extern const char *pgscylla_bind_inet(void *statement, int index, const char *text);
        extern const char *pgscylla_bind_decimal(void *statement, int index, const char *text);
        /* A list takes its elements in order, and is freed by the last of these. */
        extern void *pgscylla_list_new(size_t count);
        extern const char *pgscylla_list_append_bool(void *list, bool value);
        extern const char *pgscylla_list_append_int16(void *list, int16_t value);
        extern const char *pgscylla_list_append_int32(void *list, int32_t value);
        extern const char *pgscylla_list_append_int64(void *list, int64_t value);
        extern const char *pgscylla_list_append_date(void *list, uint32_t value);
        extern const char *pgscylla_list_append_float(void *list, float value);
        extern const char *pgscylla_list_append_double(void *list, double value);
        extern const char *pgscylla_list_append_decimal(void *list, const char *text);
        extern const char *pgscylla_list_append_text(void *list, const char *bytes, size_t count);
        extern const char *pgscylla_list_append_bytes(void *list, const char *bytes, size_t count);
        extern const char *pgscylla_list_append_uuid(void *list, const char *text);
        extern const char *pgscylla_list_append_inet(void *list, const char *text);
        extern const char *pgscylla_bind_list(void *statement, int index, void *list);
        extern int16_t pgscylla_get_int16(void *iterator, int column, bool *is_null);
        extern const char *pgscylla_get_decimal(void *iterator, int column, bool *is_null);

        #ifdef __cplusplus
        }
        #endif

        #define PGSCYLLA_BIND(call) \\
            do { \\
                const char *problem = (call); \\
                if (problem != NULL) \\
                    elog(ERROR, "scylla_fdw: value %d cannot be bound: %s", index + 1, problem); \\
            } while (0)

        #endif

        """

    /// Goes behind the includes of `scylla_typemap.c`, which has those of PostgreSQL that it needs.
    static let arrays = """
        /* Written by pgscylla: an array becomes a list. */
        #ifndef PGSCYLLA_ARRAYS_H
        #define PGSCYLLA_ARRAYS_H

        #include "utils/lsyscache.h"

        static const char *
        pgscylla_append(void *list, Oid type, Datum element)
        {
            switch (type)
            {
                case BOOLOID: return pgscylla_list_append_bool(list, DatumGetBool(element));
                case INT2OID: return pgscylla_list_append_int16(list, DatumGetInt16(element));
                case INT4OID: return pgscylla_list_append_int32(list, DatumGetInt32(element));
                case INT8OID: return pgscylla_list_append_int64(list, DatumGetInt64(element));
                case FLOAT4OID: return pgscylla_list_append_float(list, DatumGetFloat4(element));
                case FLOAT8OID: return pgscylla_list_append_double(list, DatumGetFloat8(element));
                case NUMERICOID:
                    return pgscylla_list_append_decimal(list, DatumGetCString(DirectFunctionCall1(numeric_out, element)));
                case TEXTOID:
                {
                    text *value = DatumGetTextPP(element);
                    return pgscylla_list_append_text(list, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
                }
                case BYTEAOID:
                {
                    bytea *value = DatumGetByteaPP(element);
                    return pgscylla_list_append_bytes(list, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
                }
                case DATEOID:
                    return pgscylla_list_append_date(list, (uint32_t) DatumGetDateADT(element)
                        + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) + ((uint32_t) 1 << 31));
                case TIMEOID: return pgscylla_list_append_int64(list, DatumGetTimeADT(element) * 1000);
                case UUIDOID:
                    return pgscylla_list_append_uuid(list, DatumGetCString(DirectFunctionCall1(uuid_out, element)));
                case INETOID:
                    return pgscylla_list_append_inet(list, DatumGetCString(DirectFunctionCall1(inet_out, element)));
                default: return "its elements are of a type that lists are not made of";
            }
        }

        static bool
        pgscylla_bind_array(Datum value, Oid type, void *statement, int index)
        {
            Oid element = get_element_type(type);
            int16 length;
            bool by_value;
            char alignment;
            Datum *elements;
            bool *nulls;
            int count;
            int i;
            void *list;
            const char *problem = NULL;

            if (!OidIsValid(element))
                return false;
            get_typlenbyvalalign(element, &length, &by_value, &alignment);
            deconstruct_array(DatumGetArrayTypeP(value), element, length, by_value, alignment, &elements, &nulls, &count);
            for (i = 0; i < count; i++)
                if (nulls[i])
                    elog(ERROR, "scylla_fdw: value %d cannot be bound: a list cannot hold null", index + 1);
            list = pgscylla_list_new(count);
            for (i = 0; i < count && problem == NULL; i++)
                problem = pgscylla_append(list, element, elements[i]);
            if (problem == NULL)
                problem = pgscylla_bind_list(statement, index, list);
            else
                (void) pgscylla_bind_list(NULL, 0, list);
            PGSCYLLA_BIND(problem);
            return true;
        }

        #endif

        """

    static let source = """
        /* Written by pgscylla: conversions of values that the driver would refuse or misread otherwise. */
        #include "pgscylla_values.h"

        #include <cassandra.h>

        #include <string>
        #include <vector>

        namespace {

        const char *problem(CassError code) { return code == CASS_OK ? NULL : cass_error_desc(code); }

        const CassValue *column_value(void *iterator, int column) {
            return cass_row_get_column(cass_iterator_get_row((CassIterator *) iterator), column);
        }

        /* A magnitude in base 2^32, least significant first. */
        typedef std::vector<uint32_t> Magnitude;

        void multiply_add(Magnitude &number, uint32_t factor, uint32_t summand) {
            uint64_t carry = summand;
            for (size_t i = 0; i < number.size(); i++) {
                carry += (uint64_t) number[i] * factor;
                number[i] = (uint32_t) carry;
                carry >>= 32;
            }
            if (carry != 0) number.push_back((uint32_t) carry);
        }

        uint32_t divide(Magnitude &number, uint32_t divisor) {
            uint64_t rest = 0;
            for (size_t i = number.size(); i-- > 0;) {
                rest = (rest << 32) | number[i];
                number[i] = (uint32_t) (rest / divisor);
                rest %= divisor;
            }
            while (!number.empty() && number.back() == 0) number.pop_back();
            return (uint32_t) rest;
        }

        /* Two's complement, most significant byte first, as few bytes as hold it. */
        std::vector<cass_byte_t> varint(const Magnitude &number, bool is_negative) {
            std::vector<cass_byte_t> bytes(1, 0);
            for (size_t i = number.size(); i-- > 0;)
                for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back((cass_byte_t) (number[i] >> shift));
            if (is_negative) {
                int carry = 1;
                for (size_t i = bytes.size(); i-- > 0;) {
                    carry += (cass_byte_t) ~bytes[i];
                    bytes[i] = (cass_byte_t) carry;
                    carry >>= 8;
                }
            }
            size_t start = 0;
            while (start + 1 < bytes.size() && bytes[start] == (bytes[start + 1] & 0x80 ? 0xFF : 0)) start++;
            return std::vector<cass_byte_t>(bytes.begin() + start, bytes.end());
        }

        /* Takes apart what numeric_out writes; returns why that is not possible, or NULL. */
        const char *decimal(const char *text, std::vector<cass_byte_t> &bytes, cass_int32_t &scale) {
            Magnitude number;
            bool is_negative = false, has_point = false;
            uint32_t group = 0, factor = 1;
            for (const char *p = text; *p != 0; p++) {
                if (*p == '-' && p == text) { is_negative = true; continue; }
                if (*p == '.' && !has_point) { has_point = true; continue; }
                if (*p < '0' || *p > '9') return "a decimal has digits only";
                if (has_point) scale++;
                group = group * 10 + (uint32_t) (*p - '0');
                factor *= 10;
                if (factor == 1000000000) {
                    multiply_add(number, factor, group);
                    group = 0;
                    factor = 1;
                }
            }
            if (factor > 1) multiply_add(number, factor, group);
            bytes = varint(number, is_negative);
            return NULL;
        }

        }  // namespace

        extern "C" {

        const char *pgscylla_bind_int16(void *statement, int index, int16_t value) {
            return problem(cass_statement_bind_int16((CassStatement *) statement, index, value));
        }

        const char *pgscylla_bind_inet(void *statement, int index, const char *text) {
            CassInet address;
            CassError code = cass_inet_from_string(text, &address);
            if (code == CASS_OK) code = cass_statement_bind_inet((CassStatement *) statement, index, address);
            return problem(code);
        }

        const char *pgscylla_bind_decimal(void *statement, int index, const char *text) {
            std::vector<cass_byte_t> bytes;
            cass_int32_t scale = 0;
            const char *defect = decimal(text, bytes, scale);
            if (defect != NULL) return defect;
            return problem(cass_statement_bind_decimal((CassStatement *) statement, index, bytes.data(), bytes.size(), scale));
        }

        void *pgscylla_list_new(size_t count) { return cass_collection_new(CASS_COLLECTION_TYPE_LIST, count); }

        const char *pgscylla_list_append_bool(void *list, bool value) {
            return problem(cass_collection_append_bool((CassCollection *) list, value ? cass_true : cass_false));
        }

        const char *pgscylla_list_append_int16(void *list, int16_t value) {
            return problem(cass_collection_append_int16((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_int32(void *list, int32_t value) {
            return problem(cass_collection_append_int32((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_int64(void *list, int64_t value) {
            return problem(cass_collection_append_int64((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_date(void *list, uint32_t value) {
            return problem(cass_collection_append_uint32((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_float(void *list, float value) {
            return problem(cass_collection_append_float((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_double(void *list, double value) {
            return problem(cass_collection_append_double((CassCollection *) list, value));
        }

        const char *pgscylla_list_append_decimal(void *list, const char *text) {
            std::vector<cass_byte_t> bytes;
            cass_int32_t scale = 0;
            const char *defect = decimal(text, bytes, scale);
            if (defect != NULL) return defect;
            return problem(cass_collection_append_decimal((CassCollection *) list, bytes.data(), bytes.size(), scale));
        }

        const char *pgscylla_list_append_text(void *list, const char *bytes, size_t count) {
            return problem(cass_collection_append_string_n((CassCollection *) list, bytes, count));
        }

        const char *pgscylla_list_append_bytes(void *list, const char *bytes, size_t count) {
            return problem(cass_collection_append_bytes((CassCollection *) list, (const cass_byte_t *) bytes, count));
        }

        const char *pgscylla_list_append_uuid(void *list, const char *text) {
            CassUuid uuid;
            CassError code = cass_uuid_from_string(text, &uuid);
            if (code == CASS_OK) code = cass_collection_append_uuid((CassCollection *) list, uuid);
            return problem(code);
        }

        const char *pgscylla_list_append_inet(void *list, const char *text) {
            CassInet address;
            CassError code = cass_inet_from_string(text, &address);
            if (code == CASS_OK) code = cass_collection_append_inet((CassCollection *) list, address);
            return problem(code);
        }

        /* Without a statement the list is freed alone. */
        const char *pgscylla_bind_list(void *statement, int index, void *list) {
            CassError code = CASS_OK;
            if (statement != NULL)
                code = cass_statement_bind_collection((CassStatement *) statement, index, (CassCollection *) list);
            cass_collection_free((CassCollection *) list);
            return problem(code);
        }

        int16_t pgscylla_get_int16(void *iterator, int column, bool *is_null) {
            const CassValue *value = column_value(iterator, column);
            cass_int16_t number = 0;
            *is_null = cass_value_is_null(value) || cass_value_get_int16(value, &number) != CASS_OK;
            return number;
        }

        const char *pgscylla_get_decimal(void *iterator, int column, bool *is_null) {
            const CassValue *value = column_value(iterator, column);
            const cass_byte_t *bytes = NULL;
            size_t count = 0;
            cass_int32_t scale = 0;
            static std::string text;

            *is_null = cass_value_is_null(value) || cass_value_get_decimal(value, &bytes, &count, &scale) != CASS_OK;
            if (*is_null) return NULL;
            /* More than numeric can hold is no number to it. */
            if (scale < -131072 || scale > 131072 || count > 65536) return "out of range";
            bool is_negative = count > 0 && (bytes[0] & 0x80) != 0;
            Magnitude number;
            for (size_t i = 0; i < count; i++) multiply_add(number, 256, is_negative ? (cass_byte_t) ~bytes[i] : bytes[i]);
            if (is_negative) multiply_add(number, 1, 1);
            while (!number.empty() && number.back() == 0) number.pop_back();
            std::string digits;
            while (!number.empty()) {
                uint32_t group = divide(number, 1000000000);
                for (int i = 0; i < 9 && (!number.empty() || group != 0); i++, group /= 10)
                    digits.insert(digits.end(), (char) ('0' + group % 10));
            }
            while ((cass_int32_t) digits.size() <= scale) digits.push_back('0');
            if (digits.empty()) digits = "0";
            text.assign(digits.rbegin(), digits.rend());
            if (scale > 0) text.insert(text.size() - scale, 1, '.');
            if (scale < 0) text.append((size_t) -scale, '0');
            if (is_negative) text.insert(0, 1, '-');
            return text.c_str();
        }

        }  // extern "C"

        """
}
