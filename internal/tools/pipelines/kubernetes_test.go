package pipelines

import (
	"errors"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// checkCronJob decodes the object strictly into Kubernetes's own types: an unknown or duplicate field is an error, and so
// is a value of another type.
func checkCronJob(text []byte) error {
	var job batchv1.CronJob
	if err := yaml.UnmarshalStrict(text, &job); err != nil {
		return err
	}
	if job.APIVersion != "batch/v1" || job.Kind != "CronJob" {
		return fmt.Errorf("unexpected kind: %s %s", job.APIVersion, job.Kind)
	}
	if job.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent {
		return errors.New("concurrencyPolicy must be Forbid, or two runs use the state at once")
	}
	var commands []string
	for _, c := range job.Spec.JobTemplate.Spec.Template.Spec.Containers {
		if len(c.Command) > 0 {
			commands = append(commands, c.Command[len(c.Command)-1])
		}
	}
	return runsTheScript(commands...)
}

// terraformObject has the fields of tofu-controller's Terraform object that the example uses. The controller's own types
// are not published as a module.
//
// Source: https://flux-iac.github.io/tofu-controller/References/terraform/, and the schema in the package comment.
type terraformObject struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta

	Spec struct {
		Interval, RetryInterval metav1.Duration
		ApprovePlan, Path       string
		SourceRef               struct{ Kind, Name string }
		VarsFrom                []struct{ Kind, Name string }
		RunnerPodTemplate       struct {
			Spec struct {
				Image   string
				EnvFrom []corev1.EnvFromSource
			}
		}
	}
}

// checkTofuController decodes the object strictly.
func checkTofuController(text []byte) error {
	var object terraformObject
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		return err
	}
	switch spec := object.Spec; {
	case object.APIVersion != "infra.contrib.fluxcd.io/v1alpha2" || object.Kind != "Terraform":
		return fmt.Errorf("unexpected kind: %s %s", object.APIVersion, object.Kind)
	case spec.Interval.Duration <= 0 || spec.SourceRef.Kind == "" || spec.SourceRef.Name == "":
		return errors.New("interval and sourceRef are required")
	case spec.ApprovePlan != "auto":
		return errors.New(`approvePlan must be "auto", or nothing is applied`)
	}
	return nil
}
