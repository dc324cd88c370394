package localcloud.template;

import java.util.Map;
import java.util.Optional;

/** Which mappings are calls of intrinsic functions. */
final class Intrinsics {
  /** Functions of CloudFormation that have no meaning here, with what to do instead. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "Fn::ImportValue", "there are no other stacks here; take the value from a parameter",
          "Fn::Transform", "macros are not run; write out what it makes",
          "Fn::GetAZs", "there are no availability zones here; take them from a parameter",
          "Fn::Cidr", "there is no network here; take the ranges from a parameter",
          "Fn::Length", "AWS::LanguageExtensions is not supported; write out the number",
          "Fn::ToJsonString", "AWS::LanguageExtensions is not supported; write out the JSON");

  private Intrinsics() {}

  /** One call. */
  record Call(SourceLocation place, String function, TemplateNode argument) {}

  /** Returns the call that the mapping is, or empty if it is an ordinary mapping. */
  static Optional<Call> callOf(TemplateNode.Fields fields) {
    for (Map.Entry<String, TemplateNode> field : fields.fields().entrySet()) {
      String name = field.getKey();
      if (name.equals("Ref") && fields.fields().size() == 1) {
        return Optional.of(new Call(fields.place(), name, field.getValue()));
      }
      if (name.startsWith("Fn::")) {
        if (fields.fields().size() > 1) {
          throw new TemplateException(fields.place(), name + " must stand alone in its mapping");
        }
        return Optional.of(new Call(fields.place(), name, field.getValue()));
      }
    }
    return Optional.empty();
  }

  /** Says why a function is refused. */
  static String refusal(String asWritten, String longForm) {
    if (longForm.startsWith("Fn::ForEach")) {
      return asWritten
          + " is refused: AWS::LanguageExtensions is not supported; write out the loop";
    }
    String reason = REFUSED.get(longForm);
    return reason == null
        ? asWritten + " is not an intrinsic function; correct its name"
        : asWritten + " is refused: " + reason;
  }
}
