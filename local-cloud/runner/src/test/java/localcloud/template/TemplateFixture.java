package localcloud.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import localcloud.model.StackSpec;

/** Templates written in tests, beside a package that holds the class {@code app.Handler}. */
final class TemplateFixture {
  /** A function that is right, to be built upon: its properties follow, eight spaces deep. */
  static final String FUNCTION =
      """
      Resources:
        Greeter:
          Type: AWS::Serverless::Function
          Properties:
            CodeUri: app.zip
            Handler: app.Handler
            Runtime: java21
      """;

  private final Path folder;

  TemplateFixture(Path folder) {
    this.folder = folder;
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("app.zip")))) {
      zip.putNextEntry(new ZipEntry("lib/app.jar"));
      ZipOutputStream jar = new ZipOutputStream(zip);
      jar.putNextEntry(new ZipEntry("app/Handler.class"));
      jar.closeEntry();
      jar.finish();
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StackSpec resolve(String yaml) {
    return resolve(yaml, Map.of());
  }

  StackSpec resolve(String yaml, Map<String, String> overrides) {
    Template template = template(yaml);
    Map<String, URI> apis = new LinkedHashMap<>();
    Inputs inputs = inputs(overrides);
    for (String api : template.httpApis(inputs)) {
      apis.put(api, URI.create("http://127.0.0.1:3000"));
    }
    return template.resolve(inputs.with(apis));
  }

  static Inputs inputs(Map<String, String> overrides) {
    return new Inputs(
        "local",
        overrides,
        Map.of(),
        URI.create("http://127.0.0.1:9324"),
        "http://127.0.0.1:3001/issuer",
        "local-audience");
  }

  Template template(String yaml) {
    return Template.of(YamlDocument.parse(yaml, "template.yaml"), "template.yaml", folder);
  }

  /** Returns what is refused in a template. */
  List<String> problems(String yaml) {
    return problems(yaml, Map.of());
  }

  List<String> problems(String yaml, Map<String, String> overrides) {
    try {
      resolve(yaml, overrides);
      return List.of();
    } catch (TemplateException refused) {
      return refused.problems();
    }
  }

  /** Returns an output of a template with these lines in an output's place, resolved. */
  String output(String before, String value) {
    return resolve(
            before
                + """
                Resources:
                  Jobs: { Type: AWS::SQS::Queue }
                  Things:
                    Type: AWS::DynamoDB::Table
                    Properties:
                      BillingMode: PAY_PER_REQUEST
                      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
                      KeySchema: [{ AttributeName: id, KeyType: HASH }]
                      StreamSpecification: { StreamViewType: NEW_IMAGE }
                  News: { Type: AWS::SNS::Topic }
                Outputs:
                  Out:
                    Value: %s
                """
                    .formatted(value))
        .outputs()
        .get("Out");
  }
}
