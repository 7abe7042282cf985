package main

import (
	"errors"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// checkCronJob reads the object by Kubernetes's own types: a field that they do not have, or of another type, is an
// error, and so are two fields of one name.
func checkCronJob(text []byte) error {
	var job batchv1.CronJob
	if err := yaml.UnmarshalStrict(text, &job); err != nil {
		return err
	}
	if job.APIVersion != "batch/v1" || job.Kind != "CronJob" {
		return fmt.Errorf("it is a %s %s", job.APIVersion, job.Kind)
	}
	if job.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent {
		return errors.New("two runs could hold the state at once: concurrencyPolicy is not Forbid")
	}
	if err := checkCron(job.Spec.Schedule); err != nil {
		return err
	}
	var commands []string
	for _, c := range job.Spec.JobTemplate.Spec.Template.Spec.Containers {
		if len(c.Command) > 0 {
			commands = append(commands, c.Command[len(c.Command)-1])
		}
	}
	return runsTheScript(commands...)
}

// terraformObject is the object that tofu-controller takes, as far as the example needs it. The controller's own
// types are no module that can be had.
//
// Source: https://flux-iac.github.io/tofu-controller/References/terraform/, and the schema that the package comment
// names
type terraformObject struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		Interval      metav1.Duration `json:"interval"`
		RetryInterval metav1.Duration `json:"retryInterval"`
		ApprovePlan   string          `json:"approvePlan"`
		Path          string          `json:"path"`
		SourceRef     struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
		} `json:"sourceRef"`
		VarsFrom []struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
		} `json:"varsFrom"`
		RunnerPodTemplate struct {
			Spec struct {
				Image   string                 `json:"image"`
				EnvFrom []corev1.EnvFromSource `json:"envFrom"`
			} `json:"spec"`
		} `json:"runnerPodTemplate"`
	} `json:"spec"`
}

// checkTofuController reads the object strictly by the fields above.
func checkTofuController(text []byte) error {
	var object terraformObject
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		return err
	}
	switch spec := object.Spec; {
	case object.APIVersion != "infra.contrib.fluxcd.io/v1alpha2" || object.Kind != "Terraform":
		return fmt.Errorf("it is a %s %s", object.APIVersion, object.Kind)
	case spec.Interval.Duration <= 0 || spec.SourceRef.Kind == "" || spec.SourceRef.Name == "":
		return errors.New("interval and sourceRef are required")
	case spec.ApprovePlan != "auto":
		return errors.New(`nothing is applied: approvePlan is not "auto"`)
	}
	return nil
}
